# SPDX-License-Identifier: GPL-3.0-or-later
# Every outside library, found once. torch and llama.cpp come from the private virtual environment that
# packaging/setup makes (or from any Python whose site-packages BITLOOM_SITE_PACKAGES names).
if(NOT BITLOOM_SITE_PACKAGES)
  file(GLOB _site "${CMAKE_SOURCE_DIR}/.deps/venv/lib/python3.*/site-packages")
  set(BITLOOM_SITE_PACKAGES "${_site}" CACHE PATH "site-packages folder that holds torch and llama_cpp" FORCE)
endif()
if(NOT EXISTS "${BITLOOM_SITE_PACKAGES}/torch")
  message(FATAL_ERROR "no torch in BITLOOM_SITE_PACKAGES='${BITLOOM_SITE_PACKAGES}': run packaging/run, which sets it up")
endif()
list(PREPEND CMAKE_PREFIX_PATH "${BITLOOM_SITE_PACKAGES}" "${BITLOOM_SITE_PACKAGES}/torch/share/cmake")

set(BITLOOM_HAS_CUDA OFF)
if(BITLOOM_CUDA)
  # torch's own CUDA detection wants a GPU unless the architecture list is given.
  set(TORCH_CUDA_ARCH_LIST "8.0 9.0 12.0" CACHE STRING "" FORCE)
  set(CMAKE_CUDA_ARCHITECTURES "${BITLOOM_CUDA_ARCHITECTURES}")
  enable_language(CUDA)
  # CMake 3.25 does not know CUDA 13's C++20 flag.
  set(CMAKE_CUDA_STANDARD 17)
  set(CMAKE_CUDA_STANDARD_REQUIRED ON)
  set(BITLOOM_HAS_CUDA ON)
endif()

set(_saved_cuda_flags "${CMAKE_CUDA_FLAGS}")
find_package(Torch REQUIRED)
# Torch appends -gencode flags of its own choice; ours come from BITLOOM_CUDA_ARCHITECTURES.
set(CMAKE_CUDA_FLAGS "${_saved_cuda_flags}")
find_package(llama REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(Threads REQUIRED)
set(BITLOOM_HAS_MPI OFF)
if(BITLOOM_MPI)
  find_package(MPI COMPONENTS C)
  if(MPI_C_FOUND)
    set(BITLOOM_HAS_MPI ON)
  else()
    message(STATUS "No MPI: a job cannot be shared by several processes")
  endif()
endif()
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
if(BITLOOM_STUDIO)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets PrintSupport Svg SvgWidgets Concurrent Test)
  find_package(QCustomPlotQt6 REQUIRED)
endif()

# Installed programs look for libtorch and llama.cpp where this build found them; torch's own libraries know their way from there.
set(BITLOOM_INSTALL_RPATH "${BITLOOM_SITE_PACKAGES}/torch/lib;${BITLOOM_SITE_PACKAGES}/lib")
