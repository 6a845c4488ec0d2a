/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** How mail is spoken: a client's session with one host (RFC 5321). */
@org.jspecify.annotations.NullMarked
package org.posthouse.smtp;
