/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.users;

import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;

/** The replies to AUTH, from RFC 4954 sections 4 and 6. */
final class AuthReplies {
  static final Response SUCCESS = reply("235", "2.7.0 Authentication successful");
  static final Response FAILED = reply("535", "5.7.8 Authentication credentials invalid");
  static final Response TEMPORARY = reply("454", "4.7.0 Temporary authentication failure");
  static final Response CANCELLED = reply("501", "5.7.0 Authentication cancelled");
  static final Response NOT_BASE64 = reply("501", "5.5.2 Cannot decode the response");
  static final Response NOT_AS_OTHER = reply("535", "5.7.8 May not act for another identity");
  static final Response ENCRYPTION_REQUIRED =
      reply("538", "5.7.11 Encryption required for requested authentication mechanism");
  static final Response IN_TRANSACTION = reply("503", "5.5.1 AUTH not allowed during a mail");
  static final Response SEND_PLAIN = reply("334", "");
  static final Response SEND_USER = reply("334", "VXNlcm5hbWU6");
  static final Response SEND_PASSWORD = reply("334", "UGFzc3dvcmQ6");

  static final HookResult HOOK_SUCCESS = hook(HookReturnCode.ok(), SUCCESS);
  static final HookResult HOOK_TEMPORARY = hook(HookReturnCode.denySoft(), TEMPORARY);

  private AuthReplies() {}

  private static Response reply(String code, String text) {
    return new SMTPResponse(code, text).immutable();
  }

  private static HookResult hook(HookReturnCode code, Response response) {
    return HookResult.builder()
        .hookReturnCode(code)
        .smtpReturnCode(response.getRetCode())
        .smtpDescription(response.getLines().get(0).toString().substring(4))
        .build();
  }
}
