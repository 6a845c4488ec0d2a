/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Adapters between James' interfaces and ours. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james;
