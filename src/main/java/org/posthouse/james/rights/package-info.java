/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * The rights of senders.xml, applied to mails: whom a header says a mail to be from, and by which
 * right a mail was taken.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.rights;
