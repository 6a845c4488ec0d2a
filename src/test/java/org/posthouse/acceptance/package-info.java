/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Tests of the whole relay from outside, as a process of its own. */
@org.jspecify.annotations.NullMarked
package org.posthouse.acceptance;
