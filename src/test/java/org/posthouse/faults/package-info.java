/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/**
 * Tests that show that nothing accepted is lost: kills, power cuts, full disks, bad reads and
 * writes, against a real server process. src/doc/TESTING.md says what each of them proves.
 */
@NullMarked
package org.posthouse.faults;

import org.jspecify.annotations.NullMarked;
