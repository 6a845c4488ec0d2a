/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.Map;
import javax.inject.Inject;
import org.apache.commons.configuration2.Configuration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.lib.handler.ProtocolHandlerLoader;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.smtpserver.DataLineJamesMessageHookHandler;
import org.apache.james.smtpserver.SendMailHandler;
import org.apache.james.smtpserver.UsersRepositoryAuthHook;
import org.apache.james.smtpserver.jmx.JMXHandlersLoader;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.GuiceGenericLoader;
import org.posthouse.james.users.FileAuthHook;
import org.posthouse.james.users.RelayAuthCmdHandler;

/**
 * Loads the handlers that smtpserver.xml names, ours in the place of some of stock's: so an
 * unchanged stock file gets our guarantees too.
 */
public final class RelayHandlerLoader implements ProtocolHandlerLoader {
  private static final Map<String, Class<? extends ProtocolHandler>> OURS =
      Map.of(
          SendMailHandler.class.getName(), EnqueueHandler.class,
          DataLineJamesMessageHookHandler.class.getName(), DataReception.class,
          AuthCmdHandler.class.getName(), RelayAuthCmdHandler.class,
          UsersRepositoryAuthHook.class.getName(), FileAuthHook.class,
          JMXHandlersLoader.class.getName(), NoJmxHandlers.class);

  private final GuiceGenericLoader loader;

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
