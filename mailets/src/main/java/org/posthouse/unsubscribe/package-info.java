/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** One-click unsubscription (RFC 8058): the token and the fields. Knows nothing of James. */
@org.jspecify.annotations.NullMarked
package org.posthouse.unsubscribe;
