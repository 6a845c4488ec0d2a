/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The control socket of a running server, and the commands it answers. */
@org.jspecify.annotations.NullMarked
package org.posthouse.admin;
