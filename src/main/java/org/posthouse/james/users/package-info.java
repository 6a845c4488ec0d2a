/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** The file of users behind James' interface of a repository. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.users;
