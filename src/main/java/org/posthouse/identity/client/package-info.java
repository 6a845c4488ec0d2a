/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What a client shows without a login: its certificate, and the address it comes from. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.client;
