# SPDX-License-Identifier: GPL-3.0-or-later
# CPack: a Debian package and a tarball with both programs, their libraries and plugins, desktop file, icon and AppStream
# data. libtorch and llama.cpp stay where the build found them (see BITLOOM_INSTALL_RPATH): with CUDA they are gigabytes.
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
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Written out, not computed: dpkg-shlibdeps knows no package for libraries from wheels.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "libc6, libstdc++6, libgomp1, libfmt9, libspdlog1.10, libqt6core6, libqt6gui6, libqt6widgets6, libqt6printsupport6, libqt6svg6, libqt6svgwidgets6, libqcustomplot2.1-qt6")
if(BITLOOM_HAS_MPI)
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", libopenmpi3")
endif()
include(CPack)
