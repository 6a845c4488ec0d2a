/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Logins that a directory knows (RFC 4511): LDAP servers and Active Directory. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.ldap;
