/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What the sender of a mail is told of its delivery (RFC 3461, 3464, 6522, 6533). */
@org.jspecify.annotations.NullMarked
package org.posthouse.dsn;
