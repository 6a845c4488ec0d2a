/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Guessing at passwords: what slows it and stops it, and whom that must not hit. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.guess;
