/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.authentication;

/** What can be checked. */
public enum Method {
  SPF,
  DKIM,
  DMARC,
  ARC
}
