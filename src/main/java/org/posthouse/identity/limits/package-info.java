/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** How much each may send: limits.xml, and what was counted so far. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.limits;
