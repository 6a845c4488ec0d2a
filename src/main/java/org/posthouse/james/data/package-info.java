/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What James calls data, from files: the rewrite table. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.data;
