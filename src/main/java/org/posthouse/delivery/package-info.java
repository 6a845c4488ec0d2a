/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The delivery of mail to its next hosts; so far, what becomes of a recipient after an answer. */
@org.jspecify.annotations.NullMarked
package org.posthouse.delivery;
