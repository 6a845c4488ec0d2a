/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The AUTH command (RFC 4954): what is offered, the dialog, and who it was. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.auth;
