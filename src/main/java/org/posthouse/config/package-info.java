/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Help for typed configuration: durations, sizes, problems that are reported together. */
@org.jspecify.annotations.NullMarked
package org.posthouse.config;
