# SPDX-License-Identifier: GPL-3.0-or-later
# CPack: a Debian package and a tarball with both programs, their libraries and plugins, desktop file, icon and AppStream
# data. The Debian package carries the CPU's run-time libraries and the demo model too (bundle_runtime.cmake) and runs on a bare Debian 12;
# in the tarball libtorch and llama.cpp stay where the build found them (see BITLOOM_INSTALL_RPATH): with CUDA they are gigabytes.
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" "${CMAKE_SOURCE_DIR}/README.md" DESTINATION share/doc/bitloom)

set(CPACK_PACKAGE_NAME bitloom)
set(CPACK_PACKAGE_VENDOR "Bitloom")
set(CPACK_PACKAGE_CONTACT "The Bitloom developers <developers@bitloom.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
  "Bitloom opens a language model, shows which weights the end loss cares about, quantizes it with GuidedQuant while one watches, and exports files that llama.cpp and transformers run.")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
find_program(BITLOOM_PATCHELF patchelf)
if(BITLOOM_PATCHELF)
  set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_BINARY_DIR}/bundle_runtime.cmake")
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/bundle_runtime.cmake" CONTENT [[
set(BITLOOM_SITE_PACKAGES "@BITLOOM_SITE_PACKAGES@")
set(BITLOOM_PATCHELF "@BITLOOM_PATCHELF@")
set(BITLOOM_PACKAGING "@CMAKE_SOURCE_DIR@/packaging")
include("@CMAKE_SOURCE_DIR@/packaging/cmake/bundle_runtime.cmake")
]] @ONLY)
else()
  message(STATUS "No patchelf: the Debian package will run only on this machine")
endif()
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Written out, not computed: dpkg-shlibdeps knows no package for libraries from wheels.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "libc6, libstdc++6, libgomp1, libfmt9, libspdlog1.10, libqt6core6, libqt6dbus6, libqt6gui6, libqt6widgets6, libqt6printsupport6, libqt6svg6, libqt6svgwidgets6, libqcustomplot2.1-qt6")
if(BITLOOM_HAS_MPI)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libopenmpi3")
endif()
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-translations-l10n")
include(CPack)
