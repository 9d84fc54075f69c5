// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "core/io/system_error.h"

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace bitloom {
namespace {
    namespace fs = std::filesystem;

    Result<fs::path> temporaryName(const fs::path& target)
    {
        fs::path name = target;
        if (!name.has_filename()) // "folder/" means "folder"
            name = name.parent_path();
        if (name.empty() || name.filename() == "." || name.filename() == "..")
            return fail(ErrorCode::Usage, "'{}' is not a name that can be written to", target.string());
        name += fmt::format(".partial-{}", ::getpid());
        return name;
    }

    fs::path withoutTrailingSlash(const fs::path& path)
    {
        return path.has_filename() ? path : path.parent_path();
    }

    Result<void> flushToDisk(const fs::path& path, int flags)
    {
        const int descriptor = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return systemError("flush", path, errno);
        const int number = ::fsync(descriptor) == 0 ? 0 : errno;
        ::close(descriptor);
        // Some file systems cannot flush a folder; the rename is still atomic there.
        if (number != 0 && number != EINVAL)
            return systemError("flush", path, number);
        return {};
    }

    Result<void> flushParent(const fs::path& path)
    {
        const fs::path parent = path.parent_path();
        return flushToDisk(parent.empty() ? fs::path(".") : parent, O_DIRECTORY);
    }

    void removeQuietly(const fs::path& path)
    {
        if (!path.empty()) {
            std::error_code ignored;
            fs::remove_all(path, ignored);
        }
    }
} // namespace

Result<AtomicFile> AtomicFile::create(const fs::path& target)
{
    BITLOOM_TRY(const fs::path temporary, temporaryName(target));
    std::error_code ignored;
    if (fs::is_directory(target, ignored))
        return fail(ErrorCode::Io, "cannot write '{}': it is a folder", target.string());
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int descriptor = ::open(temporary.c_str(), flags, 0666);
    if (descriptor < 0 && errno == EEXIST) { // left by a killed process that had our number
        ::unlink(temporary.c_str());
        descriptor = ::open(temporary.c_str(), flags, 0666);
    }
    if (descriptor < 0)
        return systemError("write", target, errno);
    AtomicFile file;
    file.m_target = target;
    file.m_temporary = temporary;
    file.m_descriptor = descriptor;
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_target(std::exchange(other.m_target, {}))
    , m_temporary(std::exchange(other.m_temporary, {}))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept
{
    std::swap(m_target, other.m_target);
    std::swap(m_temporary, other.m_temporary);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

AtomicFile::~AtomicFile()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes)
{
    constexpr std::size_t most = std::size_t(1) << 30; // write() takes no more than about 2 GiB at once
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_descriptor, bytes.data(), std::min(bytes.size(), most));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return systemError("write", m_target, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> AtomicFile::commit(Flush flush)
{
    if (m_temporary.empty())
        return fail(ErrorCode::Internal, "a file was committed twice");
    if (flush == Flush::BeforeRename && ::fsync(m_descriptor) != 0 && errno != EINVAL)
        return systemError("write", m_target, errno);
    if (::close(std::exchange(m_descriptor, -1)) != 0)
        return systemError("write", m_target, errno);
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return systemError("write", m_target, errno);
    m_temporary.clear();
    return flush == Flush::BeforeRename ? flushParent(m_target) : Result<void>();
}

Result<AtomicFolder> AtomicFolder::create(const fs::path& target)
{
    BITLOOM_TRY(const fs::path temporary, temporaryName(target));
    const fs::path name = withoutTrailingSlash(target);
    std::error_code ignored;
    if (fs::symlink_status(name, ignored).type() != fs::file_type::not_found)
        return fail(ErrorCode::Io, "'{}' exists already", target.string());
    if (::mkdir(temporary.c_str(), 0777) != 0) {
        if (errno != EEXIST)
            return systemError("create", target, errno);
        removeQuietly(temporary); // left by a killed process that had our number
        if (::mkdir(temporary.c_str(), 0777) != 0)
            return systemError("create", target, errno);
    }
    AtomicFolder folder;
    folder.m_target = name;
    folder.m_temporary = temporary;
    return folder;
}

AtomicFolder::AtomicFolder(AtomicFolder&& other) noexcept
    : m_target(std::exchange(other.m_target, {}))
    , m_temporary(std::exchange(other.m_temporary, {}))
{
}

AtomicFolder& AtomicFolder::operator=(AtomicFolder&& other) noexcept
{
    std::swap(m_target, other.m_target);
    std::swap(m_temporary, other.m_temporary);
    return *this;
}

AtomicFolder::~AtomicFolder()
{
    removeQuietly(m_temporary);
}

Result<void> AtomicFolder::commit()
{
    if (m_temporary.empty())
        return fail(ErrorCode::Internal, "a folder was committed twice");
    std::error_code error;
    for (auto entry = fs::recursive_directory_iterator(m_temporary, error); !error && entry != fs::end(entry); entry.increment(error)) {
        if (entry->is_symlink(error))
            continue;
        if (entry->is_directory(error))
            BITLOOM_CHECK(flushToDisk(entry->path(), O_DIRECTORY));
        else if (entry->is_regular_file(error))
            BITLOOM_CHECK(flushToDisk(entry->path(), 0));
    }
    if (error)
        return systemError("write", m_target, error.value());
    BITLOOM_CHECK(flushToDisk(m_temporary, O_DIRECTORY));
    // An empty folder under the target's name would be replaced silently by a plain rename.
    int outcome = ::renameat2(AT_FDCWD, m_temporary.c_str(), AT_FDCWD, m_target.c_str(), RENAME_NOREPLACE);
    if (outcome != 0 && (errno == EINVAL || errno == ENOSYS)) {
        std::error_code ignored;
        if (fs::symlink_status(m_target, ignored).type() != fs::file_type::not_found)
            return fail(ErrorCode::Io, "'{}' exists already", m_target.string());
        outcome = ::rename(m_temporary.c_str(), m_target.c_str());
    }
    if (outcome != 0) {
        if (errno == EEXIST)
            return fail(ErrorCode::Io, "'{}' exists already", m_target.string());
        return systemError("create", m_target, errno);
    }
    m_temporary.clear();
    return flushParent(m_target);
}

Result<std::string> readTextFile(const fs::path& path, std::size_t maximumBytes)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return systemError("read", path, errno);
    std::string text;
    int number = 0;
    bool tooLong = false;
    try {
        constexpr std::size_t step = std::size_t(1) << 20;
        for (;;) {
            const std::size_t before = text.size();
            text.resize(before + step);
            const ssize_t count = ::read(descriptor, text.data() + before, step);
            text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                number = errno;
            tooLong = text.size() > maximumBytes;
            if (count <= 0 || tooLong)
                break;
        }
    } catch (const std::bad_alloc&) {
        ::close(descriptor);
        return fail(ErrorCode::OutOfMemory, "'{}' does not fit into memory", path.string());
    }
    ::close(descriptor);
    if (number != 0)
        return systemError("read", path, number);
    if (tooLong)
        return fail(ErrorCode::InvalidInput, "'{}' is longer than {} bytes", path.string(), maximumBytes);
    return text;
}

Result<void> writeTextFile(const fs::path& path, const std::string& text)
{
    BITLOOM_TRY(AtomicFile file, AtomicFile::create(path));
    BITLOOM_CHECK(file.write(std::as_bytes(std::span(text))));
    return file.commit();
}

} // namespace bitloom
