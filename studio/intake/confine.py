"""What the intake's child gives up before it reads a visitor's bytes: descriptors, disk, memory, processor time, and system calls.

`confine` sets resource limits wherever the system has them. On Linux with an x86-64 or ARM64 processor it also installs a seccomp filter (classic
BPF, through prctl) under which opening files, sockets, new programs, new processes and signals to others fail. What a system lacks is
skipped: the other side's deadline, kill and checks hold everywhere.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from contextlib import suppress

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
EPERM, ENOSYS = 1, 38
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF: ld abs word, jeq, jge, jset, ret
NUMBER_AT, MACHINE_AT, FIRST_ARGUMENT_AT = 0, 4, 16  # struct seccomp_data, low half of the first argument
CLONE_THREAD = 0x00010000
X32 = 0x40000000  # calls of the x32 interface on x86-64

# System calls by machine: AUDIT_ARCH, the numbers that are refused, then clone, clone3, tgkill and prlimit64.
# Refused: open, creat, openat, openat2, open_by_handle_at, memfd_create; socket, connect, accept, bind, listen, socketpair, sendto, sendmsg; execve,
# execveat, fork, vfork; kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_open, pidfd_send_signal, pidfd_getfd; ptrace, process_vm_readv,
# process_vm_writev, kcmp; unlink, rename, mkdir, rmdir, link, symlink, chmod, chown, truncate and their -at forms; mount, umount2, chroot, pivot_root,
# unshare, setns, bpf, perf_event_open, userfaultfd, keyctl, add_key, request_key, io_uring_setup, inotify_init1, fanotify_init, shmget, shmat, msgget,
# semget, mq_open, personality, init_module, finit_module, kexec_load.
X86_64 = (
    0xC000003E,
    (2, 85, 257, 437, 304, 319, 41, 42, 43, 288, 49, 50, 53, 44, 46, 59, 322, 57, 58, 62, 200, 129, 297, 434, 424, 438, 101, 310, 311, 312,
     87, 263, 82, 264, 316, 83, 258, 84, 86, 265, 88, 266, 90, 268, 92, 260, 76, 165, 166, 161, 155, 272, 308, 321, 298, 323, 250, 248, 249,
     425, 294, 300, 29, 30, 68, 64, 240, 135, 175, 313, 246),
    56, 435, 234, 302,
)  # fmt: skip
ARM64 = (
    0xC00000B7,
    (56, 437, 265, 279, 198, 203, 202, 242, 200, 201, 199, 206, 211, 221, 281, 129, 130, 138, 240, 434, 424, 438, 117, 270, 271, 272,
     35, 38, 276, 34, 37, 36, 53, 54, 45, 40, 39, 51, 41, 97, 268, 280, 241, 282, 219, 217, 218, 425, 26, 262, 194, 196, 186, 190, 180, 92,
     105, 273, 104),
    220, 435, 131, 261,
)  # fmt: skip
MACHINES = {"x86_64": X86_64, "aarch64": ARM64}


def confine(memory_bytes: int, processor_seconds: float) -> None:
    """From here on: no new descriptor, no byte on disk, bounded memory (address space) and processor time, few system calls."""
    _limit(memory_bytes, processor_seconds)
    filter_calls()


def _limit(memory_bytes: int, processor_seconds: float) -> None:
    try:
        import resource
    except ImportError:  # Windows: the deadline of the other side is what remains
        return
    wanted = {
        "RLIMIT_NOFILE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": int(processor_seconds) + 2,
    }
    for name, most in wanted.items():
        with suppress(AttributeError, ValueError, OSError):
            number = getattr(resource, name)
            hard = resource.getrlimit(number)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (most, most))


def filter_calls() -> bool:
    """Installs the seccomp filter; False where the system has none (it is then the limits that hold)."""
    machine = MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    program = _program(*machine)
    lines = ctypes.create_string_buffer(b"".join(program))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(lines)))
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return False
    words = [ctypes.c_ulong(number) for number in (1, 0, 0, 0)]
    if prctl(PR_SET_NO_NEW_PRIVS, *words) != 0:
        return False
    return bool(prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), head, words[1], words[2]) == 0)


def _program(machine: int, refused: tuple[int, ...], clone: int, clone3: int, tgkill: int, prlimit: int) -> list[bytes]:
    """The filter as instructions; each group of lines ends in a return or goes on to the next."""
    no, nothing, yes = _return(ERRNO | EPERM), _return(ERRNO | ENOSYS), _return(ALLOW)
    program = [_line(LOAD, MACHINE_AT), _line(EQUAL, machine, 1, 0), no, _line(LOAD, NUMBER_AT)]
    program += [_line(AT_LEAST, X32, 0, 1), no]
    for number in refused:
        program += [_line(EQUAL, number, 0, 1), no]
    # clone3 takes its flags from memory, where a filter cannot look; without it the C library falls back to clone
    program += [_line(EQUAL, clone3, 0, 1), nothing]
    program += [_line(EQUAL, clone, 0, 4), _line(LOAD, FIRST_ARGUMENT_AT), _line(ANY_BIT, CLONE_THREAD, 1, 0), no, yes]
    for number, own in ((tgkill, os.getpid()), (prlimit, 0)):  # abort() signals its own process; limits may be read
        program += [_line(EQUAL, number, 0, 4), _line(LOAD, FIRST_ARGUMENT_AT), _line(EQUAL, own, 1, 0), no, yes]
    return [*program, yes]


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _return(action: int) -> bytes:
    return struct.pack("=HBBI", RETURN, 0, 0, action)
