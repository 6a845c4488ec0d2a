/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** James' mail repositories in our store: synced, and in the same commit as the queue. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.repository;
