/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.utils.ClassName;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.NamingScheme;
import org.posthouse.spelling.NearestName;

/** Tells whether the class of a handler is there: on the class path, or in extensions-jars. */
final class HandlerNames {
  private static final List<String> PACKAGES =
      List.of(
          "org.posthouse.james.smtp",
          "org.apache.james.smtpserver",
          "org.apache.james.smtpserver.fastfail",
          "org.apache.james.smtpserver.dsn",
          "org.apache.james.smtpserver.futurerelease");

  private final ExtendedClassLoader classes;

  HandlerNames(FileSystem files) {
    this.classes = new ExtendedClassLoader(files);
  }

  /** What is wrong with a name, with the nearest right one; empty when it can be loaded. */
  Optional<String> problem(String name) {
    try {
      classes.locateClass(
          NamingScheme.IDENTITY
              .toFullyQualifiedClassNames(new ClassName(name))
              .findFirst()
              .orElseThrow());
      return Optional.empty();
    } catch (ClassNotFoundException | NoClassDefFoundError e) {
      return Optional.of(
          "there is no handler '"
              + name
              + "'"
              + NearestName.of(name, known())
                  .map(nearest -> "; did you mean '" + nearest + "'?")
                  .orElse(""));
    }
  }

  private static Stream<String> known() {
    try {
      ClassPath path = ClassPath.from(HandlerNames.class.getClassLoader());
      return PACKAGES.stream()
          .flatMap(name -> path.getTopLevelClasses(name).stream())
          .filter(type -> ProtocolHandler.class.isAssignableFrom(type.load()))
          .map(ClassPath.ClassInfo::getName);
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
