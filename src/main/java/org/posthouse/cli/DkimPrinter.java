/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.cli;

import java.io.PrintWriter;
import org.posthouse.signing.RecordText;

/** Prints what is to be published. */
final class DkimPrinter {
  private DkimPrinter() {}

  /** The record in the three forms that forms of providers and zone files ask for. */
  static void record(PrintWriter out, RecordText record) {
    out.println("name    " + record.name());
    out.println("type    TXT");
    out.println("value   " + record.value());
    out.println("strings " + record.quoted());
    out.println("zone    " + record.zoneLine());
  }
}
