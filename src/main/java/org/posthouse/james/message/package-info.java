/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** A MIME message that keeps its octets. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.message;
