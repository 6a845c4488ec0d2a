/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What SMTP says about a mail: reverse-path, forward-paths, replies. Immutable values, no I/O. */
@org.jspecify.annotations.NullMarked
package org.posthouse.envelope;
