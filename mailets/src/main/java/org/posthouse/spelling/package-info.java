/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What somebody who wrote a wrong name in a configuration probably meant. */
@org.jspecify.annotations.NullMarked
package org.posthouse.spelling;
