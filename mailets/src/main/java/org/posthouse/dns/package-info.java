/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What the DNS says, as a value. */
@org.jspecify.annotations.NullMarked
package org.posthouse.dns;
