/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The composition of everything, start and stop: the only package that sees all others. */
@org.jspecify.annotations.NullMarked
package org.posthouse.server;
