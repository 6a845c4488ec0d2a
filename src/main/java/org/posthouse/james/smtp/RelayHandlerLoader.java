/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.Map;
import javax.inject.Inject;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader;
import org.apache.james.protocols.smtp.core.ExpnCmdHandler;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.apache.james.protocols.smtp.core.HelpCmdHandler;
import org.apache.james.protocols.smtp.core.NoopCmdHandler;
import org.apache.james.protocols.smtp.core.PostmasterAbuseRcptHook;
import org.apache.james.protocols.smtp.core.QuitCmdHandler;
import org.apache.james.protocols.smtp.core.ReceivedDataLineFilter;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;
import org.apache.james.protocols.smtp.core.VrfyCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.MailSizeEsmtpExtension;
import org.apache.james.protocols.smtp.core.esmtp.StartTlsCmdHandler;
import org.apache.james.smtpserver.AddDefaultAttributesMessageHook;
import org.apache.james.smtpserver.AuthRequiredToRelayRcptHook;
import org.apache.james.smtpserver.CoreCmdHandlerLoader;
import org.apache.james.smtpserver.DataLineJamesMessageHookHandler;
import org.apache.james.smtpserver.JamesDataCmdHandler;
import org.apache.james.smtpserver.JamesMailCmdHandler;
import org.apache.james.smtpserver.JamesRcptCmdHandler;
import org.apache.james.smtpserver.SendMailHandler;
import org.apache.james.smtpserver.UsersRepositoryAuthHook;
import org.apache.james.smtpserver.dsn.DSNEhloHook;
import org.apache.james.smtpserver.dsn.DSNMailParameterHook;
import org.apache.james.smtpserver.dsn.DSNMessageHook;
import org.apache.james.smtpserver.dsn.DSNRcptParameterHook;
import org.apache.james.smtpserver.futurerelease.FutureReleaseEHLOHook;
import org.apache.james.smtpserver.futurerelease.FutureReleaseMailParameterHook;
import org.apache.james.smtpserver.jmx.JMXHandlersLoader;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.GuiceGenericLoader;
import org.posthouse.james.auth.AuthCommand;
import org.posthouse.james.auth.SourcesHook;
import org.posthouse.james.command.DataCommand;
import org.posthouse.james.command.EhloCommand;
import org.posthouse.james.command.HeloCommand;
import org.posthouse.james.command.Included;
import org.posthouse.james.command.MailCommand;
import org.posthouse.james.command.OtherCommands;
import org.posthouse.james.command.QuitCommand;
import org.posthouse.james.command.RcptCommand;
import org.posthouse.james.command.RelayCommands;
import org.posthouse.james.command.RsetCommand;
import org.posthouse.james.command.StartTlsCommand;

/**
 * Loads the handlers that smtpserver.xml names, ours in the place of some of stock's: so an
 * unchanged stock file gets our guarantees too.
 */
public final class RelayHandlerLoader implements ProtocolHandlerLoader {
  private static final Map<String, Class<? extends ProtocolHandler>> OURS =
      Map.ofEntries(
          entry(CoreCmdHandlerLoader.class, RelayCommands.class),
          entry(SendMailHandler.class, EnqueueHandler.class),
          entry(DataLineJamesMessageHookHandler.class, DataReception.class),
          entry(AuthCmdHandler.class, AuthCommand.class),
          entry(UsersRepositoryAuthHook.class, SourcesHook.class),
          entry(JMXHandlersLoader.class, NoJmxHandlers.class),
          entry(EhloCmdHandler.class, EhloCommand.class),
          entry(HeloCmdHandler.class, HeloCommand.class),
          entry(JamesMailCmdHandler.class, MailCommand.class),
          entry(JamesRcptCmdHandler.class, RcptCommand.class),
          entry(JamesDataCmdHandler.class, DataCommand.class),
          entry(RsetCmdHandler.class, RsetCommand.class),
          entry(QuitCmdHandler.class, QuitCommand.class),
          entry(StartTlsCmdHandler.class, StartTlsCommand.class),
          entry(NoopCmdHandler.class, OtherCommands.class),
          entry(VrfyCmdHandler.class, Included.class),
          entry(ExpnCmdHandler.class, Included.class),
          entry(HelpCmdHandler.class, Included.class),
          entry(MailSizeEsmtpExtension.class, Included.class),
          entry(ReceivedDataLineFilter.class, Included.class),
          entry(AddDefaultAttributesMessageHook.class, Included.class),
          entry(AuthRequiredToRelayRcptHook.class, Included.class),
          entry(PostmasterAbuseRcptHook.class, Included.class),
          entry(DSNEhloHook.class, Included.class),
          entry(DSNMailParameterHook.class, Included.class),
          entry(DSNRcptParameterHook.class, Included.class),
          entry(DSNMessageHook.class, Included.class),
          entry(FutureReleaseEHLOHook.class, Included.class),
          entry(FutureReleaseMailParameterHook.class, Included.class));

  private final GuiceGenericLoader loader;

  private static Map.Entry<String, Class<? extends ProtocolHandler>> entry(
      Class<?> stock, Class<? extends ProtocolHandler> ours) {
    return Map.entry(stock.getName(), ours);
  }

  @Inject
  public RelayHandlerLoader(GuiceGenericLoader loader) {
    this.loader = loader;
  }

  @Override
  public ProtocolHandler load(String name, Configuration configuration) throws LoadingException {
    try {
      ProtocolHandler handler = loader.instantiate(new ClassName(effectiveName(name)));
      handler.init(configuration);
      return handler;
    } catch (ClassNotFoundException | ConfigurationException | RuntimeException e) {
      throw new LoadingException("smtpserver.xml: cannot load the handler " + name, e);
    }
  }

  private static String effectiveName(String name) {
    Class<? extends ProtocolHandler> ours = OURS.get(name);
    return ours == null ? name : ours.getName();
  }
}
