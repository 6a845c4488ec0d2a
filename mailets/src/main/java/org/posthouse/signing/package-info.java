/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * Which keys sign which mail: conf/dkim.xml, when its keys are active, how they are made and
 * replaced, and whether the DNS publishes them.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.signing;
