/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.identity.sasl;

import org.posthouse.identity.CheckResult;

/** How an exchange ends that hangs on one answer. */
final class Ends {
  private Ends() {}

  static Step of(CheckResult result) {
    return switch (result.outcome()) {
      case ACCEPTED -> new Step.Success(result);
      case REJECTED -> Step.Failure.rejected(result);
      case UNAVAILABLE -> Step.Failure.unavailable(String.valueOf(result.reason()));
    };
  }
}
