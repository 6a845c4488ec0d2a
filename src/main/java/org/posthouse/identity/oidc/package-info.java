/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Access tokens of an OpenID provider: signed (RFC 9068) or opaque (RFC 7662). */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.oidc;
