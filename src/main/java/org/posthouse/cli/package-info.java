/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The command line, over the control socket where a server runs. */
@org.jspecify.annotations.NullMarked
package org.posthouse.cli;
