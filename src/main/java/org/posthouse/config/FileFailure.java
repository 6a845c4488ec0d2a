/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What a failure of the file system is called; Java often tells the path and nothing else. */
public final class FileFailure {
  private FileFailure() {}

  /** In words, with the path. */
  public static String text(IOException failure) {
    if (failure instanceof FileSystemException of && of.getReason() == null) {
      return name(of) + ": " + of.getFile();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static String name(FileSystemException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied for user '" + System.getProperty("user.name") + "'";
    }
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already, and is not what it should be";
    }
    return failure.getClass().getSimpleName();
  }
}
