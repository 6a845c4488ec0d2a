/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** TLS of the doors: certificates and their renewal, what is negotiated, who the client is. */
@org.jspecify.annotations.NullMarked
package org.posthouse.tls;
