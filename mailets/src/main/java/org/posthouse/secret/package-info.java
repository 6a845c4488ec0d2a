/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Secrets that sign and verify by HMAC, and the file they stand in. */
@org.jspecify.annotations.NullMarked
package org.posthouse.secret;
