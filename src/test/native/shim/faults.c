/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */

/* Faults on command: UNSYNCED_FAULTS names a file of one page that the test writes and this process
   maps, so that faults can be switched while the process runs. Little-endian 32-bit words:
     0  operation: 1 write, 2 read, 3 sync, 0 none
     1  errno to fail with, or -1: flip one bit of what was read
     2  how many such calls pass first
     3  how many then fail
     4  how many have failed (written here, read by the test)
   and at byte 32 a part of the file's name, or nothing for every file under the directory. */
#define _GNU_SOURCE
#include "unsynced.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct page {
  _Atomic int32_t operation;
  _Atomic int32_t what;
  _Atomic int32_t pass;
  _Atomic int32_t fail;
  _Atomic int32_t failed;
  int32_t unused[3];
  char name[64];
};

static struct page *page;

void fault_start(void) {
  const char *path = getenv("UNSYNCED_FAULTS");
  if (!path) return;
  int fd = (int) syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) die("UNSYNCED_FAULTS", path);
  void *shared = (void *) syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (shared == MAP_FAILED) die("UNSYNCED_FAULTS", path);
  page = shared;
  syscall(SYS_close, fd);
}

/* Takes one from a counter unless it is used up. */
static bool take(_Atomic int32_t *counter) {
  int32_t left = atomic_load(counter);
  while (left > 0) {
    if (atomic_compare_exchange_weak(counter, &left, left - 1)) return true;
  }
  return false;
}

int fault_for(enum fault_on operation, const struct file *file) {
  if (!page || atomic_load(&page->operation) != (int32_t) operation) return 0;
  if (page->name[0] && !strstr(file->name, page->name)) return 0;
  if (take(&page->pass) || !take(&page->fail)) return 0;
  atomic_fetch_add(&page->failed, 1);
  return atomic_load(&page->what);
}
