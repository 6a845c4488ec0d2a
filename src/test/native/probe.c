/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* Does to files in the current directory what its arguments say, then kills itself: the self-test
   of the shim reads what is left. Exit 3: a step failed (the step and errno are on stderr).
     write:FILE:TEXT  append:FILE:TEXT  at:FILE:OFFSET:TEXT  truncate:FILE:SIZE  sync:NAME
     rename:OLD:NEW  remove:FILE  make:DIR  map:FILE  read:FILE  kill */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int put(const char *name, int flags, off_t offset, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | flags, 0600);
  ssize_t size = (ssize_t) strlen(text);
  if (fd < 0) return -1;
  ssize_t done = offset >= 0 ? pwrite(fd, text, size, offset) : write(fd, text, size);
  int error = errno;
  close(fd);
  errno = error;
  return done == size ? 0 : -1;
}

static int sync_name(const char *name) {
  int fd = open(name, O_RDONLY);
  int result = fd < 0 ? -1 : fsync(fd), error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return result;
}

static int show(const char *name) {
  char text[4096];
  int fd = open(name, O_RDONLY);
  ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text);
  int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return size < 0 ? -1 : printf("%.*s\n", (int) size, text) < 0;
}

static int map(const char *name) {
  int fd = open(name, O_RDWR | O_CREAT, 0600);
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? -1 : 0;
}

static int step(const char *what, const char *one, const char *two, const char *three) {
  if (!strcmp(what, "write")) return put(one, O_TRUNC, -1, two);
  if (!strcmp(what, "append")) return put(one, O_APPEND, -1, two);
  if (!strcmp(what, "at")) return put(one, 0, atol(two), three);
  if (!strcmp(what, "truncate")) return truncate(one, atol(two));
  if (!strcmp(what, "sync")) return sync_name(one);
  if (!strcmp(what, "rename")) return rename(one, two);
  if (!strcmp(what, "remove")) return unlink(one);
  if (!strcmp(what, "make")) return mkdir(one, 0700);
  if (!strcmp(what, "map")) return map(one);
  if (!strcmp(what, "read")) return show(one);
  if (!strcmp(what, "kill")) return kill(getpid(), SIGKILL);
  errno = EINVAL;
  return -1;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    char *rest = arguments[i];
    char *part[4] = {"", "", "", ""};
    for (int p = 0; p < 4 && rest; p++) part[p] = strsep(&rest, ":");
    if (step(part[0], part[1], part[2], part[3])) {
      fprintf(stderr, "%s: errno %d\n", arguments[i], errno);
      return 3;
    }
    fflush(stdout);
  }
  return 0;
}
