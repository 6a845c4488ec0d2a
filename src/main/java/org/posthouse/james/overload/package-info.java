/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Whether the machine has enough left for new mail. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.overload;
