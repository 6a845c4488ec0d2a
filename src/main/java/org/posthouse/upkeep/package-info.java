/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What an operator does with the store as a whole: list, export, backup, restore, rescue. */
@org.jspecify.annotations.NullMarked
package org.posthouse.upkeep;
