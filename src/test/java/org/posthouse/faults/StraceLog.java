/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code strace -f -ttt -y} wrote. A call that another thread interrupted stands on two
 * lines, {@code <unfinished ...>} and {@code <... NAME resumed>}; its beginning and its end are
 * told apart here by the numbers of their lines. strace holds a thread until its line is written,
 * so the order of lines is an order in which things can have happened.
 */
final class StraceLog {
  /**
   * One system call.
   *
   * @param target the file or socket behind the first argument
   * @param arguments as printed
   * @param begin number of the line on which it began
   * @param end number of the line on which it returned, beyond the last one if it never did
   * @param result what it returned, -1 for an error
   */
  record Call(String name, String target, String arguments, int begin, int end, long result) {
    boolean isSync() {
      return name.equals("fdatasync") || name.equals("fsync");
    }

    boolean isWrite() {
      return name.startsWith("write") || name.startsWith("pwrite") || name.startsWith("send");
    }
  }

  private static final Pattern BEGIN =
      Pattern.compile("^(\\d+) +[\\d.]+ (\\w+)\\(\\d+<(.*?)>(?=[,) ])(.*)$", Pattern.DOTALL);
  private static final Pattern RESUMED =
      Pattern.compile("^(\\d+) +[\\d.]+ <\\.\\.\\. (\\w+) resumed>(.*)$", Pattern.DOTALL);
  private static final Pattern RESULT = Pattern.compile("\\) += (-?\\d+)[^\"]*$");
  private static final String UNFINISHED = "<unfinished ...>";

  private StraceLog() {}

  static List<Call> parse(List<String> lines) {
    List<Call> calls = new ArrayList<>();
    Map<String, Call> unfinished = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      Matcher resumed = RESUMED.matcher(line);
      Matcher begin = BEGIN.matcher(line);
      if (resumed.matches()) {
        Call call = unfinished.remove(resumed.group(1));
        if (call != null) {
          calls.add(ended(call, i, result(resumed.group(3))));
        }
      } else if (begin.matches()) {
        Call call =
            new Call(begin.group(2), begin.group(3), begin.group(4), i, Integer.MAX_VALUE, -1);
        if (line.endsWith(UNFINISHED)) {
          unfinished.put(begin.group(1), call);
        } else {
          calls.add(ended(call, i, result(line)));
        }
      }
    }
    calls.addAll(unfinished.values());
    return calls;
  }

  private static Call ended(Call call, int line, long result) {
    return new Call(call.name(), call.target(), call.arguments(), call.begin(), line, result);
  }

  private static long result(String text) {
    Matcher matcher = RESULT.matcher(text);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
  }
}
