/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* Reads, which matter to faults only: they fail or bring back one wrong bit. */
#define _GNU_SOURCE
#include "unsynced.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WITH_FAULTS(call, bytes) \
  struct file *file = followed(fd); \
  int fault = file ? fault_for(ON_READ, file) : 0; \
  if (fault > 0) { \
    errno = fault; \
    return -1; \
  } \
  ssize_t got = call; \
  if (fault == FLIP_A_BIT && got > 0) ((char *) (bytes))[got / 2] ^= 1; \
  return got;

ssize_t read(int fd, void *bytes, size_t size) {
  WITH_FAULTS(syscall(SYS_read, fd, bytes, size), bytes)
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset) {
  WITH_FAULTS(syscall(SYS_pread64, fd, bytes, size, offset), bytes)
}

ssize_t pread64(int fd, void *bytes, size_t size, off64_t offset) {
  return pread(fd, bytes, size, offset);
}

ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room) {
  (void) room;
  return read(fd, bytes, size);
}

ssize_t __pread_chk(int fd, void *bytes, size_t size, off_t offset, size_t room) {
  (void) room;
  return pread(fd, bytes, size, offset);
}

ssize_t __pread64_chk(int fd, void *bytes, size_t size, off64_t offset, size_t room) {
  (void) room;
  return pread(fd, bytes, size, offset);
}

/* A stream reads inside libc: a store that reads its log through one would never see a fault. */
size_t(fread_unlocked)(void *bytes, size_t size, size_t count, FILE *stream) {
  static size_t (*real)(void *, size_t, size_t, FILE *);
  if (!real) real = (size_t (*)(void *, size_t, size_t, FILE *)) dlsym(RTLD_NEXT, "fread_unlocked");
  struct file *file = followed(fileno(stream));
  int fault = file ? fault_for(ON_READ, file) : 0;
  if (fault > 0) return 0;
  size_t got = real(bytes, size, count, stream);
  if (fault == FLIP_A_BIT && got > 0) ((char *) bytes)[got * size / 2] ^= 1;
  return got;
}
