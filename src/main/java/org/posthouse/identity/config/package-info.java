/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What conf/identities.xml says. */
@org.jspecify.annotations.NullMarked
package org.posthouse.identity.config;
