/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The commands of SMTP and its extensions, as James' sessions hand them over. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.command;
