/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** Rewriting of addresses and header fields; knows neither James nor JavaMail. */
@org.jspecify.annotations.NullMarked
package org.posthouse.rewriting;
