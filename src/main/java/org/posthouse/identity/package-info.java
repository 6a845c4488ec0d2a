/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Who may send: users, their credentials, and how a password is checked. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity;
