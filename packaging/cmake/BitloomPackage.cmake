# SPDX-License-Identifier: GPL-3.0-or-later
# CPack: a Debian package and a tarball with both programs, libraries, plugins, desktop file, icon and AppStream data.
set(CPACK_PACKAGE_NAME bitloom)
set(CPACK_PACKAGE_CONTACT "Bitloom developers <bitloom@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_GENERATOR DEB TGZ)
include(CPack)
