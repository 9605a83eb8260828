# SPDX-License-Identifier: MIT
# What an operator or an engineer does with this tree; `make help` lists it.

PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
UNITDIR = $(PREFIX)/lib/systemd/system
UDEVDIR = $(PREFIX)/lib/udev
# Where Debian's own Python finds what packages install.
PYTHONDIR = $(PREFIX)/lib/python3/dist-packages
DESTDIR =

SWIFT = swift
SHELLCHECK = shellcheck
MANDOC = mandoc

# One program under several names, and where each is looked for: mkfs(8) and mount(8) find theirs in
# sbin, mount(8) in /sbin alone.
links = $(addprefix iopmem-,list map check place fiemap bind unbind mount lease export pin unpin verify monitor apply)
helpers = mkfs.iopmem mount.iopmem
static = .build-static/release/iopmem
# soname and symbol versions tell programs apart; the last number is of nobody's concern but ours.
library = .build-static/release/libiopmem.so.1.0

# One build of the objects serves the program and the library. Half of a short run is the start: generic
# types are made by code that knows what they conform to, rather than looked up by name; and at the same
# place in a large page as in the file, code takes a tenth of the page faults.
static_build = $(SWIFT) build -c release -Xswiftc -static-executable \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
  -Xswiftc -use-ld=lld -Xlinker -T -Xlinker $(CURDIR)/scripts/static.ld \
  -Xlinker -z -Xlinker max-page-size=0x200000 --scratch-path .build-static

bin = $(DESTDIR)$(PREFIX)/bin
sbin = $(DESTDIR)$(PREFIX)/sbin
lib = $(DESTDIR)$(LIBDIR)
include = $(DESTDIR)$(PREFIX)/include
share = $(DESTDIR)$(PREFIX)/share
units = $(DESTDIR)$(UNITDIR)
rules = $(DESTDIR)$(UDEVDIR)/rules.d
python = $(DESTDIR)$(PYTHONDIR)/iopmem

headers = $(wildcard Sources/CIopmem/include/*.h)
functions = $(shell sed -n 's/^\t\(iopmem_[a-z_]*\);$$/\1/p' Sources/CIopmem/iopmem.map)
version = $(shell sed -n 's/.*StaticString = "\(.*\)"/\1/p' Sources/Iopmem/Version.swift)
source = $(DESTDIR)$(PREFIX)/src/iopmem-$(version)
driver = $(wildcard driver/*.[ch]) driver/Kbuild driver/Kconfig driver/Makefile driver/dkms.conf
pages = $(wildcard man/*.[1-9])
schemas = $(wildcard share/schemas/*.schema.json)
swift_sources = Sources Tests Package.swift

.PHONY: help build static library demo test test-long fuzz fuzz-kernel test-vm test-sanitized vm check \
  fmt bench install install-program install-library install-driver install-python uninstall \
  wheel test-python test-ansible deb test-deb clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 14

build: ## Build for this machine (.build/release/iopmem)
	@scripts/setup build
	@$(SWIFT) build -c release --static-swift-stdlib --product iopmem

static: ## Build what needs nothing of the machine it runs on (.build-static/release/iopmem)
	@scripts/setup build
	@$(static_build) --product iopmem

library: ## Build the C library, which needs no Swift where it runs (.build-static/release/libiopmem.so.1.0)
	@scripts/setup build
	@rm -f $(library:.so.1.0=-library.a) # SwiftPM leaves the objects of renamed sources in it.
	@$(static_build) --product iopmem-library
	@scripts/link-library $(library:.so.1.0=-library.a) $(library)

demo: ## Make, place, extract and check on an image, as an ordinary user
	@scripts/setup build
	@$(SWIFT) build --product iopmem # Not optimised: that takes three times as long.
	@scripts/demo .build/debug/iopmem

test: ## Check and test all; as root also on loop devices, with virtual hardware where it can be had
	@if [ "$$(id -u)" = 0 ]; then scripts/setup build test vm; else scripts/setup build test; fi
	@MAKE='$(MAKE)' SWIFT='$(SWIFT)' scripts/test

fuzz: ## Read what libFuzzer makes of files that others wrote (MINUTES each, TARGET)
	@scripts/setup build test
	@SWIFT='$(SWIFT)' scripts/fuzz $(or $(MINUTES),5) $(TARGET)

fuzz-kernel: ## As root, damage images by field and hold every address against the kernel's (ROUNDS, SEED)
	@scripts/setup build test
	@IOPMEM_FUZZ_ROUNDS=$(or $(ROUNDS),500) IOPMEM_FUZZ_SEED=$(or $(SEED),1) \
	  $(SWIFT) test --filter SystemTests.FuzzTests

test-long: ## The same with all that takes long: every case on every kernel, races of a minute
	@IOPMEM_LONG=1 $(MAKE) --no-print-directory test

test-vm: static library ## Test the driver and the toolkit on virtual hardware
	@scripts/setup vm
# What is not to be had is said, and skipped.
	@$(if $(IOPMEM_LONG),scripts/setup long || true)
	@IOPMEM_BINARY=$(CURDIR)/$(static) IOPMEM_LIBRARY=$(CURDIR)/$(library) \
	  Tests/vm/run $(if $(IOPMEM_LONG),,--quick)

test-sanitized: static library ## Test the driver on a kernel with KASAN, lockdep and failing allocations, built here
	@scripts/setup vm
	@IOPMEM_BINARY=$(CURDIR)/$(static) IOPMEM_LIBRARY=$(CURDIR)/$(library) \
	  Tests/vm/run --kernel sanitized

test-python: library ## Test the Python package
	@scripts/setup python
	@Tests/python/run

test-ansible: static ## As root, apply a play to several hosts
	@scripts/setup ansible
	@IOPMEM_LONG=1 Tests/ansible/run

vm: static ## Boot a virtual machine with an iopmem device, to a shell
	@scripts/setup vm
	@IOPMEM_BINARY=$(CURDIR)/$(static) Tests/vm/run --shell

check: ## Run the linters
	@$(SWIFT) format lint -r --strict $(swift_sources)
	@$(MANDOC) -T lint -W warning $(pages)
	@grep -rlE '^#!/bin/(ba)?sh' .ci scripts Tests | xargs $(SHELLCHECK) -x
	@$(SHELLCHECK) -s dash Tests/vm/guest/* Tests/vm/cases/*.sh

fmt: ## Format the Swift sources
	@$(SWIFT) format -i -r $(swift_sources)

bench: ## Measure against other tools
	@scripts/setup build bench
	@scripts/bench

# Copies what was built, and builds nothing: installing is often root's, building is not.
install: install-program install-library install-driver ## Install into DESTDIR and PREFIX what `make static library` built

install-program: install-units ## Install the program alone, with what belongs to it
	@[ -x $(static) ] || { echo 'install: run "make static" first' >&2; exit 1; }
	install -d $(bin) $(sbin) $(share)/iopmem/schemas
	install -m 755 -s $(static) $(bin)/iopmem
	@for name in $(links); do ln -sf iopmem $(bin)/$$name; done
	@for name in $(helpers); do ln -sf ../bin/iopmem $(sbin)/$$name; done
	@for page in $(pages); do \
	  install -D -m 644 $$page $(share)/man/man$${page##*.}/$${page#man/} || exit 1; done
	ln -sf mkfs.iopmem.8 $(share)/man/man8/iopmem-mkfs.8
	ln -sf iopmem-mount.8 $(share)/man/man8/mount.iopmem.8
	install -m 644 $(schemas) $(share)/iopmem/schemas
	install -D -m 644 share/examples/iopmem.yaml $(share)/doc/iopmem/examples/iopmem.yaml
	scripts/completions install $(static) $(share)
	install -D -m 644 share/udev/60-iopmem.rules $(rules)/60-iopmem.rules

install-units: # What systemd runs.
	install -d $(units)
	@for unit in share/systemd/*.in; do \
	  sed 's|@PREFIX@|$(PREFIX)|' $$unit >$(units)/$$(basename $$unit .in) || exit 1; done

install-library: ## Install the library alone, with what belongs to it
	@[ -r $(library) ] || { echo 'install: run "make library" first' >&2; exit 1; }
	install -d $(lib)/pkgconfig $(include) $(share)/man/man3 $(share)/doc/iopmem/examples
	install -m 644 -s $(library) $(lib)
	ln -sf $(notdir $(library)) $(lib)/libiopmem.so.1
	ln -sf libiopmem.so.1 $(lib)/libiopmem.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(version)|' \
	  share/iopmem.pc.in >$(lib)/pkgconfig/iopmem.pc
	install -m 644 $(headers) $(include)
	install -m 644 man/iopmem.3 $(share)/man/man3
	@for name in $(functions); do ln -sf iopmem.3 $(share)/man/man3/$$name.3; done
	install -m 644 share/examples/*.c $(share)/doc/iopmem/examples

install-driver: ## Install the driver's source for DKMS, and the header of its requests
	install -d $(source)/uapi
	install -m 644 $(driver) $(source)
	install -m 644 driver/uapi/iopmem.h $(source)/uapi
	install -D -m 644 driver/uapi/iopmem.h $(include)/linux/iopmem.h

# No part of `install`: where Python looks differs, and pip takes the wheel.
install-python: ## Install the Python package into PYTHONDIR
	install -d $(python) $(share)/doc/iopmem/examples
	install -m 644 share/examples/*.py $(share)/doc/iopmem/examples
	install -m 644 share/python/iopmem/*.py share/python/iopmem/py.typed $(python)

uninstall: ## Remove what `install` installed
	rm -f $(bin)/iopmem $(addprefix $(bin)/,$(links)) $(addprefix $(sbin)/,$(helpers))
	rm -f $(lib)/libiopmem.so* $(lib)/pkgconfig/iopmem.pc
	rm -f $(addprefix $(include)/,$(notdir $(headers)))
	@for name in $(functions); do rm -f $(share)/man/man3/$$name.3; done
	@for page in $(pages); do rm -f $(share)/man/man$${page##*.}/$${page#man/}; done
	rm -f $(share)/man/man8/iopmem-mkfs.8 $(share)/man/man8/mount.iopmem.8
	rm -rf $(share)/iopmem $(share)/doc/iopmem $(source) $(python)
	rm -f $(include)/linux/iopmem.h $(rules)/60-iopmem.rules
	rm -f $(patsubst share/systemd/%.in,$(units)/%,$(wildcard share/systemd/*.in))
	scripts/completions uninstall $(share)

wheel: ## Pack the Python package for pip, into .build-wheel
	@scripts/setup python
	@rm -rf .build-wheel && mkdir .build-wheel && cp -r share/python .build-wheel/source
	@/usr/bin/python3 -m pip -q wheel --no-deps --no-build-isolation -w .build-wheel .build-wheel/source
	@rm -r .build-wheel/source && ls .build-wheel/*.whl

deb: static library ## Pack all as Debian packages, into .build-deb
	@scripts/setup deb
	@scripts/make-deb $(version) .build-deb

test-deb: static library ## As root, install, upgrade and purge the packages in a tree of Debian's own
	@scripts/setup deb
	@Tests/packages/run

clean: ## Remove what was built
	rm -rf .build .build-static .build-fuzz .build-deb .build-wheel .build-python
