/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.Locale;
import org.posthouse.cli.ConsoleOutput;

/** What a run tells the person who started it, whatever the configuration of logging is. */
@ConsoleOutput
public final class Report {
  private Report() {}

  public static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
