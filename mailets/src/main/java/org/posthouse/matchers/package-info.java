/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Matchers that also run in a stock James. */
@org.jspecify.annotations.NullMarked
package org.posthouse.matchers;
