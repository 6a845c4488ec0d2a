/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** SMTP reception: James' server with its handlers off the IO threads, a drain, and our replies. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.smtp;
