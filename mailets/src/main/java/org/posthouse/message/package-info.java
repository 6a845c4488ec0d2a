/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The header of a message, octet by octet. */
@org.jspecify.annotations.NullMarked
package org.posthouse.message;
